import { isReference, looksOpaque } from '../../secrets/harmless-values.ts';

// Files whose name alone proves nothing: whether a credential stands in them. Of a reference (`$X`, `%X%`) none does.

/** The beginning of a value that is there, and no reference. */
const VALUE = '[^\\s"\'$%{<*]';
const PAIR = /"([\w.-]{1,64})"\s*:\s*"((?:[^"\\]|\\.)*)"/g;
/** Keys whose values are credentials wherever they stand. */
const SURE =
  /^(?:identitytoken|registrytoken|private_?key|client_?secret|refresh_?token|access_?token|id_?token|secret_?access_?key|session_?token|\w*api_?key)$/i;
/** Keys that a page's texts have as well: `"password": "Mot de passe"`. */
const PERHAPS = /^(?:auth|password|passwd|token|secret)$/i;
/** What such a file is made of: registries of Docker and Podman, Composer's logins. */
const LOGINS = /"(?:auths|http-basic)"\s*:/;
/** Composer's tokens stand under the host that they are for. */
const COMPOSER_TOKEN = new RegExp(
  `"(?:github-oauth|gitlab-oauth|gitlab-token|bitbucket-oauth|bearer|forgejo-token)"\\s*:\\s*\\{[^{}]*:\\s*"${VALUE}`,
);

/** True for JSON with a registry's login, a key of Google's or AWS', a token of Composer's or another tool's. */
export function holdsJsonCredential(text: string): boolean {
  const logins = LOGINS.test(text);
  const pairs = [...text.matchAll(PAIR)].some(([, key = '', value = '']) => {
    if (value.trim() === '' || isReference(value)) return false;
    if (SURE.test(key)) return !/\s/.test(value) || value.startsWith('-----BEGIN');
    return PERHAPS.test(key) && (logins || (looksOpaque(value) && !/\s/.test(value)));
  });
  return pairs || COMPOSER_TOKEN.test(text);
}

/** `nexusPassword=x` of gradle.properties. */
export const GRADLE_CREDENTIAL = new RegExp(
  `^[ \\t]*[\\w.-]*(?:pass(?:word|wd|phrase)?|token|secret|api_?key)[ \\t]*[=:][ \\t]*(?!(?:true|false)[ \\t]*\\r?$)${VALUE}`,
  'im',
);

const NUGET_KEY = '\\bkey\\s*=\\s*["\'](?:ClearText)?Password["\']';
const NUGET_VALUE = `\\bvalue\\s*=\\s*["']${VALUE}`;
const NUGET_CREDENTIALS = [
  `<add\\b[^>]*${NUGET_KEY}[^>]*${NUGET_VALUE}`,
  `<add\\b[^>]*${NUGET_VALUE}[^>]*${NUGET_KEY}`,
  `<apikeys>(?:(?!</apikeys>)[\\s\\S])*?${NUGET_VALUE}`,
].map((source) => new RegExp(source, 'i'));

/** True for a nuget.config with a password or a key of a feed. */
export function holdsNugetCredential(text: string): boolean {
  const xml = text.replace(/<!--[\s\S]*?(?:-->|$)/g, '');
  return NUGET_CREDENTIALS.some((one) => one.test(xml));
}
