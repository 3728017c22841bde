import { BlockList, isIP } from "node:net";
import { isObject, type JsonObject, stringList } from "../../../kit/json";
import { invalidToken } from "./policies";

/** Reads the condition of a token that is created or changed, or refuses it. */
export function conditionOf(sent: unknown): { condition?: JsonObject } {
  if (sent === undefined || sent === null) return {};
  const { request_ip } = isObject(sent) ? sent : {};
  if (request_ip === undefined || request_ip === null) return {};
  const lists = isObject(request_ip) ? request_ip : {};
  for (const range of [...(stringList(lists["in"]) ?? []), ...(stringList(lists["not_in"]) ?? [])]) {
    if (toRange(range) === undefined) throw invalidToken("condition.request_ip has ranges of IP addresses.");
  }
  return { condition: { request_ip: lists } };
}

/** Whether a token may be used from an address. */
export function isAllowedAddress(condition: JsonObject | undefined, address: string): boolean {
  const { request_ip } = condition ?? {};
  const lists = isObject(request_ip) ? request_ip : {};
  const [allowed, refused] = [stringList(lists["in"]), stringList(lists["not_in"])];
  return (allowed === undefined || isIn(allowed, address)) && !isIn(refused ?? [], address);
}

function isIn(ranges: readonly string[], address: string): boolean {
  const list = new BlockList();
  for (const range of ranges) {
    const found = toRange(range);
    if (found !== undefined) list.addSubnet(found.address, found.bits, found.family);
  }
  return list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

function toRange(range: string) {
  const [address = "", bits] = range.split("/");
  const version = isIP(address);
  const most = version === 6 ? 128 : 32;
  const count = bits === undefined ? most : Number(bits);
  if (version === 0 || !Number.isInteger(count) || count < 0 || count > most) return undefined;
  return { address, bits: count, family: version === 6 ? ("ipv6" as const) : ("ipv4" as const) };
}
