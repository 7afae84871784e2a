// Says which scripts do not compile: `[[kind, source], …]` comes on standard input, `[fault or null, …]` goes out.

import { faultOf, type Kind } from "./syntax.ts";

const scripts = JSON.parse(await new Response(Deno.stdin.readable).text()) as [Kind, string][];
const faults = scripts.map(([kind, source]) => faultOf(kind, source));
await new Response(JSON.stringify(faults)).body!.pipeTo(Deno.stdout.writable);
