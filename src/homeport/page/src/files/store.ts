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

const STATE =
  "An operation that depends on state cached in an interface object was made but the state had changed since it was read from disk.";

/** What goes wrong with files, in Chromium's words. */
const FAILURES = {
  notFound: [
    "NotFoundError",
    "A requested file or directory could not be found at the time an operation was processed.",
  ],
  security: [
    "SecurityError",
    "It was determined that certain files are unsafe for access within a Web application, or that too many calls are being made on file resources.",
  ],
  notAllowed: [
    "NoModificationAllowedError",
    "An attempt was made to write to a file or directory which could not be modified due to the state of the underlying filesystem.",
  ],
  invalid: ["InvalidModificationError", "The object can not be modified in this way."],
  exists: [
    "InvalidModificationError",
    "An attempt was made to create a file or directory where an element already exists.",
  ],
  mismatch: ["TypeMismatchError", "The path supplied exists, but was not an entry of requested type."],
  encoding: [
    "EncodingError",
    "A URI supplied to the API was malformed, or the resulting Data URL has exceeded the URL length limitations for Data URLs.",
  ],
  state: ["InvalidStateError", STATE],
  writing: ["InvalidStateError", `Failed to execute 'write' on 'FileWriter': ${STATE}`],
  aborted: ["AbortError", "An ongoing operation was aborted, typically with a call to abort()."],
} as const;

export function failure(kind: keyof typeof FAILURES): DOMException {
  const [name, message] = FAILURES[kind];
  return new DOMException(message, name);
}

/** Of what may not be changed. */
export function readOnly(): DOMException {
  return failure("security");
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
