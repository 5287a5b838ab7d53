// A software bill of materials in CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/). It has no serial number, no time and no
// hash of the bundle, so it changes only when the packages in the bundle change.

/** @param {{ name: string, version: string }} one `pkg:npm/%40aws-sdk/client-s3@3.1.0` (https://github.com/package-url/purl-spec) */
const purl = ({ name, version }) => `pkg:npm/${name.replace('@', '%40')}@${version}`;

/** @param {string} license an SPDX expression */
const licences = (license) => [/\s/.test(license) ? { expression: license } : { license: { id: license } }];

/** @param {string} integrity `sha512-` and the hash in Base64 */
function hashes(integrity) {
  const [, algorithm, digest = ''] = /^sha(\d+)-(.+)$/.exec(integrity) ?? [];
  if (algorithm === undefined) throw new Error(`"${integrity}" is not the integrity of a package`);
  return [{ alg: `SHA-${algorithm}`, content: Buffer.from(digest, 'base64').toString('hex') }];
}

/**
 * The bill of materials of a bundle, as text.
 * @param {{ name: string, version: string, license: string, description: string }} project
 * @param {string} bundle the name of its file
 * @param {{ packages: readonly import('./packages.mjs').BundledPackage[], own: readonly string[] }} contents
 */
export function billOfMaterials({ version, license, description }, bundle, { packages, own }) {
  // A package that is installed twice in one version is one component.
  const references = new Map(packages.map((one) => [one.folder, purl(one)]));
  const components = new Map(packages.map((one) => [purl(one), one]));
  /** @param {readonly string[]} folders */
  const dependsOn = (folders) => [...new Set(folders.map((folder) => references.get(folder) ?? ''))].sort();
  const subject = `pkg:npm/fargate-ci@${version}#${bundle}`;
  const uses = [...components.keys()].map((ref) => ({
    ref,
    dependsOn: dependsOn(packages.filter((one) => purl(one) === ref).flatMap((one) => one.uses)),
  }));
  const bill = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      lifecycles: [{ phase: 'build' }],
      component: {
        type: 'application',
        'bom-ref': subject,
        name: bundle,
        version,
        description,
        licenses: licences(license),
      },
    },
    components: [...components].map(([ref, { name, version: number, license: own, integrity }]) => {
      const [group, short] = name.startsWith('@') ? name.split('/') : [undefined, name];
      return {
        type: 'library',
        'bom-ref': ref,
        ...(group === undefined ? {} : { group }),
        name: short,
        version: number,
        hashes: hashes(integrity),
        licenses: licences(own),
        purl: ref,
      };
    }),
    dependencies: [{ ref: subject, dependsOn: dependsOn(own) }, ...uses],
  };
  return `${JSON.stringify(bill, null, 1)}\n`;
}
