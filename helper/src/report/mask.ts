const SECRET_NAME = /PASSWORD|PASSWD|TOKEN|SECRET|KEY|CREDENTIAL/i;
/** Shorter values would hide parts of ordinary words and numbers, and protect nothing. */
const SHORTEST = 3;
/** A variable that is only named like a secret may hold a plain word: `test` is the key of every stand-in for AWS. */
const SHORTEST_GUESSED = 6;

/** The values of environment variables that are named like secrets: what withCredentials binds. */
export function secretsIn(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(env).flatMap(([name, value = '']) =>
    SECRET_NAME.test(name) && value.length >= SHORTEST_GUESSED ? [value] : [],
  );
}

/** The forms in which a value may turn up in a log: as it is, in JSON, in a URL, in Base64; each line by itself. */
function forms(value: string): string[] {
  const lines = [value, ...value.split(/\r?\n/)];
  return lines.flatMap((line) => [
    line,
    JSON.stringify(line).slice(1, -1),
    encodeURIComponent(line),
    Buffer.from(line).toString('base64').replace(/=+$/, ''),
  ]);
}

/** Makes the function that hides given values in a text. */
export function createMask(values: readonly string[]): (text: string) => string {
  const secrets = [...new Set(values.flatMap(forms))].filter((form) => form.length >= SHORTEST);
  if (secrets.length === 0) return (text) => text;
  // The longest first, so that no secret is uncovered by a shorter one within it.
  secrets.sort((a, b) => b.length - a.length);
  const pattern = new RegExp(secrets.map((secret) => secret.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'g');
  return (text) => text.replace(pattern, '****');
}
