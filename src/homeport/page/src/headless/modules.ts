// The modules of one global object: loaded from the app's own files, linked and run once each.

import { named } from "./callsite.ts";
import vm from "node:vm";
import { type Frame, IMPORTS } from "./frame.ts";
import type { Resources } from "./resources.ts";

export class Modules {
  readonly #frame: Frame;
  readonly #resources: Resources;
  readonly #modules = new Map<string, Promise<vm.SourceTextModule>>();
  readonly #evaluated = new Map<string, Promise<vm.SourceTextModule>>();

  /** From now on `import()` in the frame's scripts leads here. */
  constructor(frame: Frame, resources: Resources) {
    this.#frame = frame;
    this.#resources = resources;
    frame.importModule = (specifier, from) => this.#importNow(specifier, from);
  }

  /** Runs the module at `url`, whose text is known; what it throws is reported. */
  async run(url: string, code: string): Promise<void> {
    try {
      await this.#evaluate(url, this.#module(url, code));
    } catch (error) {
      this.#frame.report(error);
    }
  }

  async #importNow(specifier: string, from: string): Promise<vm.SourceTextModule> {
    const module = await this.#import(specifier, from);
    return await this.#evaluate(module.identifier, Promise.resolve(module));
  }

  /** Links and runs a module, once. */
  #evaluate(url: string, loading: Promise<vm.SourceTextModule>): Promise<vm.SourceTextModule> {
    let evaluated = this.#evaluated.get(url);
    if (evaluated === undefined) {
      evaluated = loading.then(async (module) => {
        await module.link((specifier: string, from: { identifier: string }) =>
          this.#import(specifier, from.identifier)
        );
        await module.evaluate();
        return module;
      });
      this.#evaluated.set(url, evaluated);
    }
    return evaluated;
  }

  #import(specifier: string, from: string): Promise<vm.SourceTextModule> {
    if (!/^(?:\.{0,2}\/|chrome-extension:)/.test(specifier)) {
      throw new this.#frame.global.TypeError(
        `Failed to resolve module specifier "${specifier}". Relative references must start with either "/", "./", or "../".`,
      );
    }
    const url = new URL(specifier, from).href;
    if (!url.startsWith(this.#frame.host.baseUrl)) {
      throw new this.#frame.global.TypeError(`Refused to import '${url}'.`);
    }
    const known = this.#modules.get(url);
    if (known !== undefined) return known;
    const loading = this.#resources.text(url).then((code) => {
      if (code === null) throw new this.#frame.global.TypeError(`Failed to load module '${named(url)}'.`);
      return this.#makeModule(url, code);
    });
    this.#modules.set(url, loading);
    return loading;
  }

  #module(url: string, code: string): Promise<vm.SourceTextModule> {
    const module = this.#modules.get(url) ?? Promise.resolve(this.#makeModule(url, code));
    this.#modules.set(url, module);
    return module;
  }

  #makeModule(url: string, code: string): vm.SourceTextModule {
    this.#frame.scripts.add(url);
    const options: vm.SourceTextModuleOptions = {
      identifier: url,
      initializeImportMeta: metaOf(url),
    };
    // The runtime never forgets a module that has it.
    if (IMPORTS.test(code)) options.importModuleDynamically = (specifier) => this.#importNow(specifier, url);
    return new vm.SourceTextModule(
      code,
      this.#frame.isMain ? options : { ...options, context: this.#frame.global },
    );
  }
}

/** Apart from all else, as the runtime never forgets it. */
function metaOf(url: string): (meta: { url?: string }) => void {
  return (meta) => void (meta.url = url);
}
