// What stands behind entries: a tree of files, by absolute paths such as `/folder/file.txt`. `/` is the root.

export type Kind = "file" | "directory";

export interface Status {
  readonly kind: Kind;
  readonly size: number;
  readonly modified: Date;
}

/** A tree of files. Whoever asks has looked that the path fits the question. */
export interface Store {
  /** As in `entry.filesystem.name`. */
  readonly name: string;
  writable: boolean;
  status(path: string): Promise<Status | null>;
  /** The names in a directory. */
  list(path: string): Promise<string[]>;
  read(path: string): Promise<File>;
  /** Puts a whole content in place of the one that is there, or makes the file. */
  write(path: string, content: Blob): Promise<void>;
  makeDirectory(path: string): Promise<void>;
  /** Takes a file or a whole directory away. */
  remove(path: string): Promise<void>;
  /** An address for the file, for `<img src>` and the like. */
  url?(path: string): string | null;
  /** Nobody writes to the file any more, for now. */
  settled?(path: string): void;
}

export function failure(name: string, message: string): DOMException {
  return new DOMException(message, name);
}

export function readOnly(): DOMException {
  return failure("NoModificationAllowedError", "An attempt was made to write to a file that is read-only.");
}

/** The path that `path` means from `base`. */
export function resolve(base: string, path: string): string {
  const parts = path.startsWith("/") ? [] : base.split("/").filter(Boolean);
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}
