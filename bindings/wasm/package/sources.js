// Files as the engine reads them: a size, and a function that returns bytes at once.

/** A file or blob in a worker of a browser, which can wait for a slice. */
export function blobSource(blob) {
  const reader = new FileReaderSync();
  const read = (at, length) => new Uint8Array(reader.readAsArrayBuffer(blob.slice(at, at + length)));
  return { size: blob.size, read };
}

/** Bytes in memory. */
export function bytesSource(bytes) {
  return { size: bytes.length, read: (at, length) => bytes.subarray(at, at + length) };
}
