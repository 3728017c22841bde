import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { WorkerPlaces } from "../../../local/dev/worker-places";

let file: string;

beforeEach(() => {
  file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "places-")), "new/ports.json");
});

afterEach(() => {
  fs.rmSync(path.dirname(path.dirname(file)), { recursive: true });
});

const ports = (places: WorkerPlaces, ...resources: string[]) => resources.map((name) => places.of(name).port);

test("each resource keeps its port, also in the next session and from another first port", () => {
  const places = new WorkerPlaces(file, 8787);
  expect(ports(places, "shop", "mail", "shop")).toEqual([8787, 8788, 8787]);
  expect(ports(new WorkerPlaces(file, 8787), "mail", "shop", "new")).toEqual([8788, 8787, 8789]);
  expect(ports(new WorkerPlaces(file, 9000), "new", "mail")).toEqual([9002, 9001]);
});

test("the port of a resource that went is given to the next new one", () => {
  const places = new WorkerPlaces(file, 8787);
  ports(places, "shop", "mail", "clock");
  places.keep(["shop", "clock"]);
  expect(ports(places, "new", "clock", "newer")).toEqual([8788, 8789, 8790]);
});

test("with port 0 any port is free, and nothing is written", () => {
  const places = new WorkerPlaces(file, 0);
  places.keep([]);
  expect(places.of("shop")).toEqual({ name: "shop", port: 0 });
  expect(fs.existsSync(file)).toBe(false);
});

test("a file that is not ours is replaced", () => {
  fs.mkdirSync(path.dirname(file));
  fs.writeFileSync(file, '{"shop": 1}');
  expect(ports(new WorkerPlaces(file, 8787), "shop")).toEqual([8787]);
  expect(fs.readFileSync(file, "utf8")).toBe('["shop"]\n');
});
