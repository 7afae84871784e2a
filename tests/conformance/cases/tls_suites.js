// TLS: servers that have one cipher suite only, or one group for the exchange of keys.
// @app sockets
// @peer
const peer = await connectPeer();
async function secured(what, tls) {
  const { port } = await peer({ do: "listen", as: what, tls });
  const id = await make(tcp);
  await call(tcp.setPaused, id, true);
  await call(tcp.connect, id, "127.0.0.1", port);
  const shaking = peer({ do: "handshake", on: what, as: what });
  await see(what, tcp.secure, id);
  note(what + ": the peer's view", (await shaking).failed ? "failed" : "secured");
  await begin(tcp.close, id);
}
for (const ciphers of [
  "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES256-SHA",
  "ECDHE-RSA-AES128-SHA256", "ECDHE-RSA-AES256-SHA384", "ECDHE-RSA-CAMELLIA128-SHA256", "ECDHE-ARIA128-GCM-SHA256",
  "AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-SHA", "AES256-SHA", "AES128-SHA256", "AES256-SHA256", "AES128-CCM", "CAMELLIA128-SHA",
]) {
  await secured("RSA, " + ciphers, { certificate: "RSA 2048", max: "tls1.2", ciphers });
}
for (const ciphers of [
  "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA",
  "ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES256-SHA384", "ECDHE-ECDSA-AES128-CCM",
]) {
  await secured("ECDSA, " + ciphers, { certificate: "good", max: "tls1.2", ciphers });
}
for (const curve of ["prime256v1", "secp384r1", "secp521r1", "X25519", "X448"]) {
  await secured(curve + " in TLS 1.2", { certificate: "RSA 2048", max: "tls1.2", curve, ciphers: "ECDHE-RSA-AES128-GCM-SHA256" });
  await secured(curve + " in TLS 1.3", { certificate: "RSA 2048", min: "tls1.3", curve });
}
