import { isReference, looksOpaque } from '../../secrets/harmless-values.ts';

// Looks for credentials inside files whose names alone prove nothing. A reference to a variable (`$X`, `%X%`) is no credential.

/** How a value begins that is present and is not a reference. */
const VALUE = '[^\\s"\'$%{<*]';
const PAIR = /"([\w.-]{1,64})"\s*:\s*"((?:[^"\\]|\\.)*)"/g;
/** Keys whose values are always credentials. */
const CERTAIN_KEYS =
  /^(?:identitytoken|registrytoken|private_?key|client_?secret|refresh_?token|access_?token|id_?token|secret_?access_?key|session_?token|\w*api_?key)$/i;
/** Keys that also occur in translated texts, such as `"password": "Mot de passe"`. */
const UNCERTAIN_KEYS = /^(?:auth|password|passwd|token|secret)$/i;
/** Sections that hold logins: registries of Docker and Podman, or Composer's repositories. */
const LOGINS = /"(?:auths|http-basic)"\s*:/;
/** Composer writes a token under the host that the token is for. */
const COMPOSER_TOKEN = new RegExp(
  `"(?:github-oauth|gitlab-oauth|gitlab-token|bitbucket-oauth|bearer|forgejo-token)"\\s*:\\s*\\{[^{}]*:\\s*"${VALUE}`,
);

/** True for JSON with a registry login, a Google or AWS key, or a token of Composer or another tool. */
export function holdsJsonCredential(text: string): boolean {
  const logins = LOGINS.test(text);
  const pairs = [...text.matchAll(PAIR)].some(([, key = '', value = '']) => {
    if (value.trim() === '' || isReference(value)) return false;
    if (CERTAIN_KEYS.test(key)) return !/\s/.test(value) || value.startsWith('-----BEGIN');
    return UNCERTAIN_KEYS.test(key) && (logins || (looksOpaque(value) && !/\s/.test(value)));
  });
  return pairs || COMPOSER_TOKEN.test(text);
}

/** A credential in gradle.properties, such as `nexusPassword=x`. */
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

/** True for a nuget.config with a feed's password or key. */
export function holdsNugetCredential(text: string): boolean {
  const xml = text.replace(/<!--[\s\S]*?(?:-->|$)/g, '');
  return NUGET_CREDENTIALS.some((one) => one.test(xml));
}
