// chrome.test, for apps that are run with `--chrome-test`: Chromium's own API tests are written with it. Results
// go to the daemon, which prints them.

import type { Realm } from "../binding/realm.ts";
import { output } from "../binding/report.ts";
import { silentReply } from "../binding/reply.ts";
import type { Platform } from "./mod.ts";
import { equalValues, shown } from "./test_values.ts";

type Test = () => unknown;
// deno-lint-ignore no-explicit-any
type Callback = (...args: any[]) => unknown;
interface ListenedEvent {
  addListener(listener: Callback): void;
  removeListener(listener: Callback): void;
}

/** Thrown to leave a test that has failed. */
const FAILURE = "chrome.test.failure";

export const test: Platform = {
  start(realm) {
    const { chromeTest } = realm.hub.app.options;
    if (typeof chromeTest !== "object" || chromeTest === null) return;
    Object.assign(realm.place("test"), new Runner(realm, chromeTest).functions());
  },
};

/** A message without the lines of its stack that are not the app's. */
function ownLines(message: string): string {
  return message.split("\n").filter((line) => !/^\s+at .*(shim\.js|headless\.js|ext:)/.test(line)).join("\n");
}

class Runner {
  readonly #realm: Realm;
  readonly #config: object;
  #tests: Test[] = [];
  #name = "";
  #failed = 0;
  #count = 0;
  /** Whether the test under way has succeeded or failed. */
  #over = true;
  #pending = 0;

  constructor(realm: Realm, config: object) {
    this.#realm = realm;
    this.#config = config;
  }

  functions() {
    return {
      getConfig: this.#getConfig,
      log: (message: unknown) => this.#report({ type: "log", message: String(message) }),
      sendMessage: this.#sendMessage,
      runTests: (tests: Test[]) => this.#runTests(tests),
      succeed: () => this.#succeed(),
      fail: (message?: string) => this.#fail(message ?? "FAIL (no message)"),
      notifyPass: (message?: string) => this.#report({ type: "done", message: message ?? "" }),
      notifyFail: (message?: string) => this.#report({ type: "done", failed: message ?? "" }),
      assertTrue: (value: unknown, message?: string) => this.#is(value, true, message),
      assertFalse: (value: unknown, message?: string) => this.#is(value, false, message),
      assertBool: (value: unknown, expected: boolean, message?: string) => this.#is(value, expected, message),
      assertEq: (expected: unknown, actual: unknown, message?: string) =>
        this.#equal(expected, actual, message),
      assertNe: this.#assertNe,
      checkDeepEq: equalValues,
      assertNoLastError: () => this.#noLastError(),
      assertLastError: (expected: string) => this.#lastErrorIs(expected),
      assertThrows: this.#assertThrows,
      assertPromiseRejects: this.#assertPromiseRejects,
      callbackAdded: () => this.#callbackAdded(),
      callback: (func?: Callback, error?: string) => this.#callback(func, error),
      callbackPass: (func?: Callback) => this.#callback(func),
      callbackFail: (error: string, func?: Callback) => this.#callback(func, error),
      listenOnce: (event: ListenedEvent, func: Callback) => this.#listen(event, func, true),
      listenForever: (event: ListenedEvent, func: Callback) => this.#listen(event, func, false),
      runWithUserGesture: (func: Callback) => func(),
      isProcessingUserGesture: () => false,
    };
  }

  // To the daemon

  #report(event: Record<string, unknown>): void {
    this.#realm.hub.call("test.report", [event], silentReply);
  }

  #getConfig = (callback?: (config: object) => void): Promise<object> | void => {
    const config = structuredClone(this.#config);
    if (callback === undefined) return Promise.resolve(config);
    this.#realm.hub.enqueue(() => callback(config));
  };

  #sendMessage = (message: string, callback?: (reply: string) => void): Promise<string> | void => {
    if (callback === undefined) return new Promise((resolve) => this.#sendMessage(message, resolve));
    this.#realm.hub.call("test.sendMessage", [message], {
      ...silentReply,
      finish: ([reply]) => this.#guarded(() => callback(String(reply ?? ""))),
    });
  };

  // One test after another

  #runTests(tests: Test[]): void {
    this.#tests = [...tests];
    this.#count = tests.length;
    output.error = this.#wrapped(output.error);
    this.#report({ type: "plan", count: tests.length });
    this.#next();
  }

  /** What a callback or listener of the test threw ends the test, as in Chromium. */
  #wrapped(print: (line: string) => void): (line: string) => void {
    return (line) => {
      const threw = /^Error (?:handling response|in event handler): ([^]*)$/.exec(line);
      if (threw === null || threw[1]!.includes(FAILURE)) return threw === null ? print(line) : undefined;
      print(line);
      this.#end("uncaught exception: " + threw[1]);
    };
  }

  #next(): void {
    const test = this.#tests.shift();
    if (test === undefined) {
      const failed = this.#failed > 0 ? { failed: `Failed ${this.#failed} of ${this.#count} tests` } : {};
      return this.#report({ type: "done", message: "", ...failed });
    }
    this.#name = test.name || "(no name)";
    this.#over = false;
    this.#pending = 0;
    this.#report({ type: "start", name: this.#name });
    this.#guarded(() => {
      const result = test();
      if (result instanceof Promise) {
        result.catch((error) =>
          this.#guarded(() => {
            throw error;
          })
        );
      }
    });
  }

  #guarded(code: () => void): void {
    try {
      code();
    } catch (error) {
      if (error !== FAILURE) this.#end(`uncaught exception: ${error instanceof Error ? error.stack : error}`);
    }
  }

  #succeed(): void {
    if (this.#over) return;
    this.#over = true;
    this.#report({ type: "pass", name: this.#name });
    setTimeout(() => this.#next());
  }

  #fail(message: string): never {
    this.#end(`${message}\n${new Error().stack?.replace(/^Error.*\n/, "") ?? ""}`);
    throw FAILURE;
  }

  #end(message: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#failed++;
    this.#report({ type: "fail", name: this.#name, message: ownLines(message) });
    setTimeout(() => this.#next());
  }

  // Callbacks that a test waits for

  #callbackAdded(): () => void {
    const name = this.#name;
    this.#pending++;
    let called = false;
    return () => {
      if (called) this.#fail("Callback has already been run.");
      called = true;
      if (name === this.#name && --this.#pending === 0) this.#succeed();
    };
  }

  #callback(func?: Callback, error?: string): Callback {
    const done = this.#callbackAdded();
    return (...args) => {
      if (error === undefined) this.#noLastError();
      else this.#lastErrorIs(error);
      let result: unknown;
      this.#guarded(() => result = func?.(...args));
      done();
      return result;
    };
  }

  #listen(event: ListenedEvent, func: Callback, once: boolean): () => void {
    const done = this.#callbackAdded();
    const stop = () => {
      event.removeListener(listener);
      done();
    };
    const listener = (...args: unknown[]) => {
      if (once) event.removeListener(listener);
      this.#guarded(() => func(...args));
      if (once) done();
    };
    event.addListener(listener);
    return stop;
  }

  // What must be true

  #is(value: unknown, expected: boolean, message?: string): void {
    if (value === expected) return;
    const said = typeof value === "string" ? value : `Expected ${expected}, got ${shown(value)}`;
    this.#fail(message === undefined ? said : `${said}\n${message}`);
  }

  #equal(expected: unknown, actual: unknown, message?: string): void {
    if (equalValues(expected, actual)) return;
    const place = `API Test Error in ${this.#name}${message === undefined ? "" : `: ${message}`}`;
    this.#fail(`${place}\nActual: ${shown(actual)}\nExpected: ${shown(expected)}`);
  }

  #assertNe = (expected: unknown, actual: unknown, message?: string): void => {
    if (equalValues(expected, actual)) this.#fail(`${message ?? "Values are equal"}: ${shown(actual)}`);
  };

  get #lastError(): string | undefined {
    return (this.#realm.runtime as { lastError?: { message: string } }).lastError?.message;
  }

  #noLastError(): void {
    const error = this.#lastError;
    if (error !== undefined) this.#fail("lastError.message == " + error);
  }

  #lastErrorIs(expected: string): void {
    const error = this.#lastError;
    if (error === undefined) this.#fail("No lastError, but expected " + expected);
    this.#equal(expected, error);
  }

  #assertThrows = (func: Callback, ...rest: unknown[]): void => {
    const message = rest.pop() as string | RegExp | undefined;
    const [self, args] = rest as [unknown, unknown[] | undefined];
    try {
      func.apply(self, args ?? []);
    } catch (error) {
      if (error !== FAILURE && message !== undefined) this.#matches(message, (error as Error).message);
      return;
    }
    this.#fail("Did not throw error: " + func);
  };

  #assertPromiseRejects = async (promise: Promise<unknown>, expected: string | RegExp): Promise<void> => {
    let reason: unknown;
    try {
      await promise;
    } catch (error) {
      reason = error;
    }
    if (reason === undefined) this.#fail("The promise did not reject.");
    this.#matches(expected, String(reason));
  };

  #matches(expected: string | RegExp, actual: string): void {
    if (expected instanceof RegExp) {
      this.#is(expected.test(actual), true, `${actual} does not match ${expected}`);
    } else this.#equal(expected, actual);
  }
}
