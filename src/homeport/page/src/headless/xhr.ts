// XMLHttpRequest, which Deno lacks.

import { HandlerTarget } from "../handlers.ts";
import { normalMethod } from "../web/request.ts";
import type { Head, Loaded, Resources } from "./resources.ts";
import { XhrBody } from "./xhr_body.ts";

/** What a request needs of its frame. */
export interface XhrContext {
  readonly resources: Resources;
  resolve(url: string): string;
  parseDocument(text: string, type: string): unknown;
}

type State = 0 | 1 | 2 | 3 | 4;
type ResponseType = "" | "text" | "arraybuffer" | "blob" | "json" | "document";

const HANDLERS = ["loadstart", "progress", "abort", "error", "load", "timeout", "loadend"];

export class XMLHttpRequestUpload extends HandlerTarget {}
XMLHttpRequestUpload.define(HANDLERS);

/** Makes the class for one frame. */
export function makeXMLHttpRequest(context: XhrContext): typeof XMLHttpRequest {
  class Request extends HandlerTarget {
    static readonly UNSENT = 0;
    static readonly OPENED = 1;
    static readonly HEADERS_RECEIVED = 2;
    static readonly LOADING = 3;
    static readonly DONE = 4;

    readonly upload = new XMLHttpRequestUpload();
    timeout = 0;
    withCredentials = false;
    #state: State = 0;
    #method = "GET";
    #url = "";
    #sync = false;
    #headers: [string, string][] = [];
    #type: ResponseType = "";
    #mime: string | null = null;
    #loaded: Head | null = null;
    #body = new XhrBody();
    #stop = (): void => {};
    /** Bytes that are being sent; 0: none. */
    #uploading = 0;
    #cached: { value: unknown } | null = null;
    #sending = 0;

    get readyState(): number {
      return this.#state;
    }
    get status(): number {
      return this.#loaded?.status ?? 0;
    }
    get statusText(): string {
      return this.#loaded?.statusText ?? "";
    }
    get responseURL(): string {
      return this.#loaded?.url ?? "";
    }
    get responseType(): ResponseType {
      return this.#type;
    }
    set responseType(value: ResponseType) {
      if (["", "text", "arraybuffer", "blob", "json", "document"].includes(value)) this.#type = value;
    }
    get responseText(): string {
      if (this.#type !== "" && this.#type !== "text") {
        throw new DOMException(
          "The value is only accessible if the object's 'responseType' is '' or 'text'.",
          "InvalidStateError",
        );
      }
      return this.#loaded === null ? "" : this.#text();
    }
    get responseXML(): unknown {
      return this.#loaded === null || this.#state !== 4 ? null : this.#document();
    }
    get response(): unknown {
      if (this.#loaded === null) return this.#type === "" || this.#type === "text" ? "" : null;
      if (this.#type === "" || this.#type === "text") return this.#text();
      return this.#state !== 4 ? null : (this.#cached ??= { value: this.#convert() }).value;
    }

    open(
      method: string,
      url: string | URL,
      async = true,
      user?: string | null,
      password?: string | null,
    ): void {
      if (arguments.length < 2) {
        throw new TypeError(
          `Failed to execute 'open' on 'XMLHttpRequest': 2 arguments required, but only ${arguments.length} present.`,
        );
      }
      this.#drop();
      this.#method = methodOf(method);
      const address = addressOf(url, context.resolve);
      if (user !== undefined && user !== null) address.username = String(user);
      if (password !== undefined && password !== null) address.password = String(password);
      this.#url = address.href;
      this.#sync = !async;
      this.#headers = [];
      this.#loaded = null;
      this.#cached = null;
      this.#to(1);
    }

    setRequestHeader(name: string, value: string): void {
      if (this.#state !== 1) {
        throw new DOMException("The object's state must be OPENED.", "InvalidStateError");
      }
      this.#headers.push([String(name), String(value)]);
    }

    overrideMimeType(mime: string): void {
      this.#mime = String(mime);
    }

    getResponseHeader(name: string): string | null {
      const wanted = String(name).toLowerCase();
      const values = this.#loaded?.headers.filter(([key]) => key.toLowerCase() === wanted).map(([, value]) =>
        value
      );
      return values === undefined || values.length === 0 ? null : values.join(", ");
    }

    getAllResponseHeaders(): string {
      const headers = new Headers((this.#loaded?.headers ?? []) as [string, string][]);
      return [...headers].map(([name, value]) => `${name}: ${value}\r\n`).join("");
    }

    send(body: unknown = null): void {
      if (this.#state !== 1) {
        throw new DOMException("The object's state must be OPENED.", "InvalidStateError");
      }
      const mine = ++this.#sending;
      const asked = { method: this.#method, url: this.#url, headers: this.#headers };
      if (this.#sync) {
        const loaded = context.resources.loadNow({ ...asked, body: bytesNow(body) });
        this.#finishNow(loaded);
        if (loaded.status === 0) {
          throw new DOMException(`Failed to load '${this.#url}'.`, "NetworkError");
        }
        return;
      }
      this.#tell("loadstart");
      if (this.timeout > 0) {
        setTimeout(() => mine === this.#sending && this.#state !== 4 && this.#end("timeout"), this.timeout);
      }
      void this.#load(mine, asked, body);
    }

    abort(): void {
      if (this.#state > 0 && this.#state < 4) this.#end("abort");
      this.#state = 0;
    }

    async #load(
      mine: number,
      asked: Omit<Parameters<Resources["load"]>[0], "body">,
      body: unknown,
    ): Promise<void> {
      const { bytes, type } = await bytesOf(body);
      if (type !== null && !asked.headers.some(([name]) => name.toLowerCase() === "content-type")) {
        asked = { ...asked, headers: [...asked.headers, ["Content-Type", type]] };
      }
      if (mine !== this.#sending) return;
      this.#uploading = bytes?.length ?? 0;
      this.#tellUpload("loadstart", 0);
      this.#stop = context.resources.stream({ ...asked, body: bytes }, {
        head: (head) => {
          if (mine !== this.#sending) return;
          if (head.status === 0) return this.#end("error");
          this.#uploaded();
          this.#loaded = head;
          this.#to(2);
        },
        part: (bytes, took) => {
          if (mine !== this.#sending) return;
          if (!this.#body.add(bytes)) return this.#end("error");
          this.#to(3);
          if (mine === this.#sending) this.#tell("progress");
          took();
        },
        end: (whole) => {
          if (mine !== this.#sending) return;
          if (!whole) return this.#end("error");
          if (this.#body.size === 0) this.#tell("progress");
          if (mine === this.#sending) this.#to(4);
          if (mine === this.#sending) this.#tell("load");
          if (mine === this.#sending) this.#tell("loadend");
        },
      });
    }

    #finishNow(loaded: Loaded): void {
      if (loaded.status === 0) return this.#end("error");
      this.#loaded = loaded;
      this.#body.add(loaded.body);
      this.#to(4);
      this.#tell("load");
      this.#tell("loadend");
    }

    /** Nothing of an earlier request is heard any more. */
    #drop(): void {
      this.#sending++;
      this.#stop();
      this.#stop = () => {};
      this.#body = new XhrBody();
    }

    #end(type: "error" | "abort" | "timeout"): void {
      this.#drop();
      this.#uploaded(type);
      this.#loaded = null;
      this.#to(4);
      if (this.#sync) return;
      this.#tell(type);
      this.#tell("loadend");
    }

    #to(state: State): void {
      this.#state = state;
      this.dispatchEvent(new Event("readystatechange"));
    }

    #tell(type: string): void {
      const loaded = this.#body.size;
      const total = this.#state < 2 ? 0 : this.#state === 4 ? loaded : this.#total();
      this.dispatchEvent(new ProgressEvent(type, { lengthComputable: total > 0, loaded, total }));
    }

    /** Bytes of the whole body, where they are known; of one that comes packed they are not. */
    #total(): number {
      return this.getResponseHeader("content-encoding") === null
        ? Number(this.getResponseHeader("content-length") ?? 0)
        : 0;
    }

    /** What was sent has arrived, or it was not sent because of an error. */
    #uploaded(error?: string): void {
      if (error === undefined) this.#tellUpload("progress");
      this.#tellUpload(error ?? "load", error === undefined ? undefined : 0);
      this.#tellUpload("loadend", error === undefined ? undefined : 0);
      this.#uploading = 0;
    }

    #tellUpload(type: string, loaded = this.#uploading): void {
      const total = this.#uploading;
      if (total === 0) return;
      this.upload.dispatchEvent(new ProgressEvent(type, { lengthComputable: true, loaded, total }));
    }

    #contentType(): string {
      return this.#mime ?? this.getResponseHeader("content-type") ?? "";
    }

    #text(): string {
      const charset = /charset=["']?([\w-]+)/i.exec(this.#contentType())?.[1] ?? "utf-8";
      return this.#body.text(charset, this.#state === 4);
    }

    #document(): unknown {
      const type = this.#contentType().split(";")[0]!.trim() || "text/xml";
      if (type !== "text/html" && !/[/+]xml$/.test(type)) return null;
      return context.parseDocument(this.#text(), type === "text/html" ? type : "text/xml");
    }

    #convert(): unknown {
      const body = this.#body.bytes();
      switch (this.#type) {
        case "arraybuffer":
          return body.slice().buffer;
        case "blob":
          return new Blob([body], { type: this.#contentType() });
        case "json":
          try {
            return JSON.parse(new TextDecoder().decode(body));
          } catch {
            return null;
          }
        case "document":
          return this.#document();
        default:
          return this.#text();
      }
    }
  }
  Request.define([...HANDLERS, "readystatechange"]);
  for (
    const [name, value] of Object.entries({ UNSENT: 0, OPENED: 1, HEADERS_RECEIVED: 2, LOADING: 3, DONE: 4 })
  ) {
    Object.defineProperty(Request.prototype, name, { value, enumerable: true });
  }
  Object.defineProperty(Request, "name", { value: "XMLHttpRequest" });
  return Request as unknown as typeof XMLHttpRequest;
}

const METHOD = /^[!#$%&'*+.^_`|~\w-]+$/;

function methodOf(method: unknown): string {
  const name = String(method);
  const failed = "Failed to execute 'open' on 'XMLHttpRequest': ";
  if (!METHOD.test(name)) {
    throw new DOMException(`${failed}'${name}' is not a valid HTTP method.`, "SyntaxError");
  }
  if (/^(?:connect|trace|track)$/i.test(name)) {
    throw new DOMException(`${failed}'${name}' HTTP method is unsupported.`, "SecurityError");
  }
  return normalMethod(name);
}

function addressOf(url: unknown, resolve: (url: string) => string): URL {
  try {
    return new URL(resolve(String(url)));
  } catch {
    throw new DOMException("Failed to execute 'open' on 'XMLHttpRequest': Invalid URL", "SyntaxError");
  }
}

async function bytesOf(body: unknown): Promise<{ bytes: Uint8Array | null; type: string | null }> {
  if (body === null || body === undefined) return { bytes: null, type: null };
  const response = new Response(body as BodyInit);
  return { bytes: new Uint8Array(await response.arrayBuffer()), type: response.headers.get("content-type") };
}

function bytesNow(body: unknown): Uint8Array | null {
  if (body === null || body === undefined) return null;
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  return new TextEncoder().encode(String(body));
}
