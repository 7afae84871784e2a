// The tabs of one app, which have one origin: the one that runs it, and those that ran it before.
//
// The one that runs it tells the secret to a tab whose user wants the app there. Only a tab that had the app asks, so
// a window that a website opened at the app's address gets nothing. Whatever else is at this origin is the app
// itself, which can reach the shell that holds it anyway.

type Word = { readonly is: "here" | "who" | "wanted" } | { readonly is: "secret"; readonly secret: string };

/** How long a tab that runs the app may take to answer. */
const PATIENCE = 1000;

export class Tabs {
  readonly #channel = channel();
  #secret: string | null = null;
  #found: () => void = () => {};
  #given: (secret: string | null) => void = () => {};

  constructor() {
    this.#channel?.addEventListener("message", ({ data }: MessageEvent<Word>) => this.#hear(data));
  }

  /** This tab runs the app, and says so. */
  runs(secret: string): void {
    this.#secret = secret;
    this.#say({ is: "here" });
  }

  /** This tab does not run the app any more; `found` is called each time that another one says that it does. */
  ended(found: () => void): void {
    this.#secret = null;
    this.#found = found;
    this.#say({ is: "who" });
  }

  /** The secret of the tab that runs the app, or `null` where none answers. */
  ask(): Promise<string | null> {
    return new Promise((resolve) => {
      this.#given = resolve;
      setTimeout(resolve, PATIENCE, null);
      this.#say({ is: "wanted" });
    });
  }

  #hear(word: Word): void {
    if (word.is === "here") this.#found();
    else if (word.is === "secret") this.#given(word.secret);
    else if (this.#secret !== null) {
      this.#say(word.is === "who" ? { is: "here" } : { is: "secret", secret: this.#secret });
    }
  }

  #say(word: Word): void {
    this.#channel?.postMessage(word);
  }
}

/** Firefox has none for a site that may keep nothing: such tabs do not know of each other. */
function channel(): BroadcastChannel | null {
  try {
    return new BroadcastChannel("homeport");
  } catch {
    return null;
  }
}
