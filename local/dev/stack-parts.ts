import * as path from "node:path";
import { ROOT } from "../../kit/project";
import { programFiles } from "../../kit/stack-program";
import type { Session } from "../session";
import type { Change } from "./watch";

/** The files that the stack is made of. */
export class StackParts {
  constructor(private readonly session: Session) {}

  has({ file, kind }: Change): boolean {
    const { files, folders } = programFiles();
    if (kind === "listed" && folders.has(path.dirname(file))) return true;
    return files.has(file) || this.#bundled().has(file) || this.#isOfOthers(file);
  }

  /** Whether a run of the program is enough to know what the change means; the engine and the provider read other files. */
  isOfProgram({ file }: Change): boolean {
    return !this.#isOfOthers(file);
  }

  /** Whether the program itself did not read the file, and bundles are made of it. */
  isOfBundles({ file, kind }: Change): boolean {
    return kind === "written" && this.#bundled().has(file) && !programFiles().files.has(file);
  }

  /** What is not in the checkout, which is watched as a whole. */
  outside(): string[] {
    const { files, folders } = programFiles();
    return [...files, ...folders, ...this.#bundled(), ...this.#assetsFolders()].filter(
      (file) => !file.startsWith(ROOT + path.sep) && file !== ROOT,
    );
  }

  #isOfOthers(file: string): boolean {
    const isAsset = this.#assetsFolders().some((folder) => file.startsWith(folder + path.sep));
    return isAsset || this.session.configFiles.includes(file);
  }

  #bundled(): Set<string> {
    return new Set(this.session.lastRun()?.bundles.flatMap(({ files }) => [...files]));
  }

  #assetsFolders(): string[] {
    return this.session.workers().flatMap(({ assetsFolder }) => assetsFolder ?? []);
  }
}
