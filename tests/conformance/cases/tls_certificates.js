// TLS: certificates with more than one fault, or with an unusual one.
// @app sockets
// @peer
const peer = await connectPeer();
async function secured(certificate, host = "127.0.0.1", max = "tls1.3") {
  const what = [certificate, host, max].join(", ");
  const { port } = await peer({ do: "listen", as: what, tls: { certificate, max } });
  const id = await make(tcp);
  await call(tcp.setPaused, id, true);
  await call(tcp.connect, id, host, port);
  const shaking = peer({ do: "handshake", on: what, as: what });
  await see(what, tcp.secure, id);
  note(what + ": the peer's view", (await shaking).failed ? "failed" : "secured");
  await begin(tcp.close, id);
}

// Which of two faults is told.
for (const certificate of ["expired, wrong name", "expired, unknown CA", "wrong name, unknown CA", "all three"]) await secured(certificate);
for (const certificate of ["self-signed", "self-signed, wrong name", "self-signed, expired", "self-signed CA"]) await secured(certificate);

// Names.
for (const certificate of ["no alternative names", "self-signed, no alternative names", "an address as a name", "wildcard", "wildcard of all", "wildcard in a part"]) {
  for (const host of ["127.0.0.1", "localhost", "a.localhost"]) await secured(certificate, host);
}

// Keys and signatures.
for (const certificate of ["RSA 2048", "RSA 1024", "P-384", "P-521", "Ed25519", "SHA-384", "SHA-512"]) {
  for (const max of ["tls1.2", "tls1.3"]) await secured(certificate, "127.0.0.1", max);
}
for (const certificate of ["RSA 1024, self-signed", "RSA 1024, expired", "ten years", "ten years, self-signed"]) await secured(certificate);

// What they are for.
for (const certificate of ["for clients", "for clients, expired", "for anything", "for nothing said", "an authority's own", "unknown critical extension", "unknown extension"]) {
  await secured(certificate);
}
for (const certificate of ["key usage: sign certificates", "key usage: encipher"]) {
  for (const max of ["tls1.2", "tls1.3"]) await secured(certificate, "127.0.0.1", max);
}

// Authorities in between.
for (const which of ["another", "another, not sent", "an expired one", "no authority", "one with RSA 1024", "one for other names", "one for clients"]) {
  await secured("through " + which);
}
