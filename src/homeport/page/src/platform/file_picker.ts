// Asks the user for files or a folder: by the File System Access API, else by a file input; what the app saves
// then is downloaded. A browser lets a page ask only after a click, so without one there is a button to click.

import { HandleStore } from "../files/handles.ts";
import { PickedStore } from "../files/memory.ts";
import type { Store } from "../files/store.ts";

export interface PickOptions {
  type?: "openFile" | "openWritableFile" | "saveFile" | "openDirectory";
  suggestedName?: string;
  accepts?: { description?: string; mimeTypes?: string[]; extensions?: string[] }[];
  acceptsAllTypes?: boolean;
  acceptsMultiple?: boolean;
}

export interface Picked {
  readonly store: Store;
  readonly path: string;
}

type Handle = FileSystemFileHandle | FileSystemDirectoryHandle;

interface Pickers {
  showOpenFilePicker?(options: object): Promise<Handle[]>;
  showSaveFilePicker?(options: object): Promise<Handle>;
  showDirectoryPicker?(options: object): Promise<Handle>;
}

/** What the user chose; nothing when the user did not. */
export async function pick(options: PickOptions): Promise<Picked[]> {
  if (!navigator.userActivation?.isActive && !await clicked(options)) return [];
  const pickers = globalThis as Pickers;
  if (pickers.showOpenFilePicker === undefined) return await byInput(options);
  try {
    return (await byHandle(pickers, options)).map((handle) => ({
      store: new HandleStore(handle),
      path: handle.kind === "directory" ? "/" : `/${handle.name}`,
    }));
  } catch (error) {
    if ((error as Error).name === "AbortError") return [];
    throw error;
  }
}

async function byHandle(pickers: Pickers, options: PickOptions): Promise<Handle[]> {
  const types = typesOf(options);
  const excludeAcceptAllOption = types.length > 0 && options.acceptsAllTypes === false;
  switch (options.type) {
    case "openDirectory":
      return [await pickers.showDirectoryPicker!({})];
    case "saveFile": {
      const suggested = options.suggestedName ? { suggestedName: options.suggestedName } : {};
      return [await pickers.showSaveFilePicker!({ types, excludeAcceptAllOption, ...suggested })];
    }
    default:
      return await pickers.showOpenFilePicker!({
        types,
        excludeAcceptAllOption,
        multiple: options.acceptsMultiple ?? false,
      });
  }
}

/** The web's way to say which kinds of files; a kind without extensions is left out. */
function typesOf(options: PickOptions): object[] {
  return (options.accepts ?? []).flatMap(({ description = "", mimeTypes = [], extensions = [] }) => {
    const dotted = extensions.map((extension) => `.${extension.replace(/^\./, "")}`);
    if (dotted.length === 0) return [];
    return [{ description, accept: { [mimeTypes[0] ?? "application/octet-stream"]: dotted } }];
  });
}

async function byInput(options: PickOptions): Promise<Picked[]> {
  if (options.type === "saveFile") {
    const name = options.suggestedName || "download";
    const store = new PickedStore(name, download);
    store.add(`/${name}`, new Blob(), new Date());
    return [{ store, path: `/${name}` }];
  }
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = options.acceptsMultiple ?? false;
  input.webkitdirectory = options.type === "openDirectory";
  input.accept = (options.accepts ?? []).flatMap(({ mimeTypes = [], extensions = [] }) => [
    ...mimeTypes,
    ...extensions.map((extension) => `.${extension}`),
  ]).join(",");
  const files = await chosen(input);
  if (files.length === 0) return [];
  if (options.type === "openDirectory") return [folder(files)];
  return files.map((file) => {
    const store = new PickedStore(file.name, download);
    store.add(`/${file.name}`, file, new Date(file.lastModified));
    store.writable = false;
    return { store, path: `/${file.name}` };
  });
}

function folder(files: readonly File[]): Picked {
  const top = files[0]!.webkitRelativePath.split("/")[0]!;
  const store = new PickedStore(top, download);
  for (const file of files) {
    store.add(file.webkitRelativePath.slice(top.length), file, new Date(file.lastModified));
  }
  store.writable = false;
  return { store, path: "/" };
}

function chosen(input: HTMLInputElement): Promise<File[]> {
  return new Promise((done) => {
    // In the document, since a browser may forget an input that is nowhere.
    input.hidden = true;
    document.documentElement.append(input);
    const end = (files: File[]) => {
      input.remove();
      done(files);
    };
    input.addEventListener("change", () => end([...input.files ?? []]), { once: true });
    input.addEventListener("cancel", () => end([]), { once: true });
    input.click();
  });
}

function download(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Asks for a click, in the tab itself; whether there was one. */
function clicked(options: PickOptions): Promise<boolean> {
  const { document } = globalThis.top ?? globalThis;
  const what = options.type === "openDirectory"
    ? "a folder"
    : options.type === "saveFile"
    ? "where to save"
    : "a file";
  const box = document.createElement("div");
  box.className = "homeport-notice";
  box.setAttribute("role", "dialog");
  const text = document.createElement("p");
  text.textContent = `The app asks you to choose ${what}.`;
  const button = (label: string) => {
    const element = document.createElement("button");
    element.textContent = label;
    return element;
  };
  const choose = button("Choose …"), cancel = button("Cancel");
  box.append(text, choose, " ", cancel);
  document.body.append(box);
  return new Promise((done) => {
    const end = (yes: boolean) => {
      box.remove();
      done(yes);
    };
    choose.addEventListener("click", () => end(true));
    cancel.addEventListener("click", () => end(false));
  });
}
