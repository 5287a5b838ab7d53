import { domainToASCII } from 'node:url';

/** The host names that jenkins.yaml takes: labels as in RFC 1123, of which the last is no number. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])$/;
/** The most characters of a certificate's first name. */
const MOST_CHARACTERS = 64;

/** Guesses the host that a text means: a URL, a name in capitals, with letters beyond ASCII or with a dot at its end. */
function guessHost(text: string): string {
  const authority = text.trim().replace(/^[a-z][a-z0-9+.-]*:\/\//i, '');
  const [host = ''] = authority.replace(/^[^/?#]*@/, '').split(/[/?#:]/);
  return domainToASCII(host.replace(/^\*\./, '').replace(/\.$/, ''));
}

/**
 * Says what is wrong with the name of a host or a domain, and how to write it; undefined where nothing is.
 * @param reserved characters that are put before a domain to make a host of it; 0 for a host
 */
export function hostNameComplaint(parameter: string, text: string, reserved = 0): string | undefined {
  if (HOST.test(text)) {
    const most = MOST_CHARACTERS - reserved;
    return text.length <= most ? undefined : `"${parameter}" must have at most ${most} characters, not ${text.length}`;
  }
  const guess = guessHost(text);
  const advice =
    guess !== text && HOST.test(guess)
      ? `write ${guess}`
      : `letters, digits and hyphens, with a dot between, as ${reserved > 0 ? 'example.com' : 'ci.example.com'}`;
  return `"${parameter}" must be a bare name in lower case, not ${JSON.stringify(text)}: ${advice}`;
}
