// TLS: what is verified is the host that was named last, also by a connect that was refused.
// @app sockets
// @peer
const peer = await connectPeer();

/** Secures a connection to localhost, behind another connect that the socket refuses. */
async function named(host) {
  const as = "named " + host;
  const { port } = await peer({ do: "listen", as: "server " + as, tls: { certificate: "good" } });
  const id = await make(tcp);
  await call(tcp.setPaused, id, true);
  await call(tcp.connect, id, "localhost", port);
  await see(JSON.stringify(host) + " (offline)", tcp.connect, id, host, port);
  const shake = peer({ do: "handshake", on: "server " + as, as });
  await see(JSON.stringify(host) + " secured", tcp.secure, id);
  await shake;
  await see(JSON.stringify(host) + " closed", tcp.close, id);
}
for (
  const host of [
    "localhost", "LOCALHOST", "localhost.", "localhost..", "other.test", "127.0.0.1", "127.1", "127.0.0.1.", "0x7f.1", "2130706433",
    "4294967296", "1.2.3.4.5", "256.0.0.1", "1.2.3.256", "1.256.3.4", "1.2.3", "a.1", "a.1.", "a.0x1", "a.0x", "a.0xg", "a.08", "a.1b", "08", "0x", "0xg",
    "a.256", "1.2.3.4..", "a..1", "a.1..", "1..2", "..1", "a. 1", "a b", "a_b", "-a", "a-", "*", "*.localhost", "a,b", "a'b", "a\"b", "a!b", "a$b", "a&b", "a(b", "a+b", "a=b", "a;b", "a~b", "a`b", "a{b", "a|b", "a^b",
    "", ".", "..", ".localhost", "a:b", "::1", "[::1]", "localhost:80", "a/b", "a@b", "a#b", "a?b", "a%b", "a%20b", "%6cocalhost", "%", "a\\b", "a<b", "a\tb", "local\nhost", " localhost", "localhost ",
    "m\u00fcnchen", "loc\u0430lhost", "\uff4cocalhost", "local\u3002host", "local\u00adhost", "\u0661", "a.\uff11", "\u2460", "a\u200db", "xn--a", "xn--", "\u05d0", "1a.\u05d0", "1a.a.\u05d0", "\u05d0.a", "a\u05d0", "\u05d01", "\u05d0a", "\u05d0-", "\u0301a", "a.\u0301", "fa\u00df", "xn--a.\u00fc", "xn--mnchen-3ya.\u00fc", "XN--MNCHEN-3YA", "\u0660.\u05d0", "a\u200cb", "\u0646\u0627\u0645\u0647\u200c\u0627\u06cc", "-\u00fc", "\u00fc-", "ab--\u00fc", "a\u3002\u00fc", "a_\u00fc", "a \u00fc", "\u2488", "[a]", "[::1", "::1]", "[1.2.3.4]", "[::1].", "[::ffff:127.0.0.1]", "a%25b", "a%2fb", "a%", "a%0", "%00", "a%00", "%2e", "a%2e1", "%E2%91%A0", "%ff", "\u00ad", "a\u00ad.1", "\ud800", "a\u0000b", "a\u007fb", "\u2028",
    "b.".repeat(126) + "b", "b.".repeat(127), "b.".repeat(127) + "b", "b.".repeat(128), "b.".repeat(127) + "bb.", "b.".repeat(127) + "bb", "b.".repeat(126) + "1", "b.".repeat(140) + "1", "b c".repeat(60), "b c".repeat(50), "\u00fc".repeat(60), "\u00fc.".repeat(40), "\u00fc.".repeat(60), "a".repeat(63), "a".repeat(64), "x".repeat(255), "x".repeat(256), "x".repeat(300), "a.".repeat(127), "a.".repeat(130) + "a",
  ]
) await named(host);
