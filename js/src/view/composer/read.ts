/** The bytes of a file. */
export function bytesOf(blob: Blob): Promise<ArrayBuffer> {
  return read(blob, "readAsArrayBuffer") as Promise<ArrayBuffer>;
}

/** The bytes of a file in base64. */
export async function base64Of(blob: Blob): Promise<string> {
  const url = (await read(blob, "readAsDataURL")) as string;
  return url.slice(url.indexOf(",") + 1);
}

function read(blob: Blob, how: "readAsArrayBuffer" | "readAsDataURL"): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader[how](blob);
  });
}
