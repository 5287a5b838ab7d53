import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findWorkspace, resolveInWorkspace } from '../../helper/src/workspace/places.ts';
import { makeFolder, removeTrees } from '../support/context-tree.ts';

afterAll(removeTrees);

/** A workspace, a folder beside it that nothing may lead to, and a link to the workspace. */
function makePlace() {
  const base = realpathSync(makeFolder());
  const at = (...parts: string[]) => join(base, ...parts);
  for (const folder of ['job/services/shop', 'job/deep/er', 'job@2/services', 'home/secrets/shop', 'mounted'])
    mkdirSync(at(folder), { recursive: true });
  writeFileSync(at('job', 'task.json'), '{}');
  symlinkSync(at('job'), at('alias'));
  const link = (path: string, target: string) => symlinkSync(target, at('job', path));
  link('out', at('home'));
  link('up', '..');
  link('sly', 'deep/../../home');
  link('sibling', '../job@2');
  link('gone', at('home', 'gone'));
  link('in', 'services');
  link('round', at('job', 'deep', 'er'));
  link('back', at('home', 'way'));
  symlinkSync(at('job', 'services'), at('home', 'way'));
  link('task', at('home', 'task.json'));
  link('chain', 'link2');
  link('link2', 'out/secrets');
  return at;
}

describe('in a workspace', () => {
  test.each<[string, string | RegExp]>([
    ['.', ''],
    ['', ''],
    ['services/shop', 'services/shop'],
    ['services//shop/.', 'services/shop'],
    ['in/shop', 'services/shop'],
    ['round', 'deep/er'],
    ['deep/er/../..', ''],
    ['../job/services', 'services'],
    ['nothing/here', 'nothing/here'],
    // As in Docker, `..` removes a part of the text, and does not follow the link upwards.
    ['round/../services', 'services'],
    ['..', /^the context \.\. leads out of the workspace/],
    ['../job@2', /leads out/],
    ['deep/../../x', /leads out/],
    ['nothing/../../x', /leads out/],
    ['out', /: out is a symlink to \S+\/home$/],
    ['out/secrets', /: out is a symlink/],
    ['out/..', /: out is a symlink/],
    ['out/../services', /: out is a symlink/],
    ['up', /: up is a symlink to \.\.$/],
    ['up/job/services', /: up is a symlink/],
    ['sly', /: sly is a symlink/],
    ['sibling/services', /: sibling is a symlink/],
    ['gone', /: gone is a symlink/],
    ['chain/shop', /: chain is a symlink to link2/],
    ['/', /leads out/],
    ['/etc', /leads out/],
  ])('%s', async (typed, expected) => {
    const at = makePlace();
    const workspace = await findWorkspace({ WORKSPACE: at('job') }, at('job'), true);
    const place = resolveInWorkspace(workspace, 'context', typed);
    if (typeof expected === 'string') expect(await place).toBe(join(at('job'), expected));
    else await expect(place).rejects.toMatchObject({ category: 'usage', message: expect.stringMatching(expected) });
  });

  test('an absolute path into the workspace is accepted, by its real name or through a link', async () => {
    const at = makePlace();
    for (const name of ['job', 'alias']) {
      const workspace = await findWorkspace({ WORKSPACE: at(name) }, at(name), true);
      expect(workspace).toEqual({ current: at('job'), boundary: at('job') });
      for (const other of ['job', 'alias'])
        expect(await resolveInWorkspace(workspace, 'context', at(other, 'services'))).toBe(at('job', 'services'));
      await expect(resolveInWorkspace(workspace, 'context', at(name, 'out'))).rejects.toThrow('leads out');
      await expect(resolveInWorkspace(workspace, 'context', at('home'))).rejects.toThrow('leads out');
    }
  });

  test('a link that ends inside the workspace is accepted, whatever path it takes', async () => {
    const at = makePlace();
    const workspace = await findWorkspace({ WORKSPACE: at('job') }, at('job'), true);
    // The link ends inside, so nothing outside is read.
    expect(await resolveInWorkspace(workspace, 'context', 'back/shop')).toBe(at('job', 'services', 'shop'));
  });
});

describe('the boundary', () => {
  test('is WORKSPACE in a folder of it, so that .. works there', async () => {
    const at = makePlace();
    const workspace = await findWorkspace({ WORKSPACE: at('job') }, at('job', 'services'), true);
    expect(workspace).toEqual({ current: at('job', 'services'), boundary: at('job') });
    expect(await resolveInWorkspace(workspace, 'context', '..')).toBe(at('job'));
    expect(await resolveInWorkspace(workspace, 'context', '../deep')).toBe(at('job', 'deep'));
    await expect(resolveInWorkspace(workspace, 'context', '../..')).rejects.toThrow('leads out');
    await expect(resolveInWorkspace(workspace, 'context', '../out')).rejects.toThrow('out is a symlink');
  });

  test('is the folder that dir() names, outside WORKSPACE or without one', async () => {
    const at = makePlace();
    for (const WORKSPACE of [at('job'), at('nowhere'), 'job', undefined]) {
      const workspace = await findWorkspace({ WORKSPACE }, at('mounted'), true);
      expect(workspace).toEqual({ current: at('mounted'), boundary: at('mounted') });
      await expect(resolveInWorkspace(workspace, 'context', '..')).rejects.toThrow('leads out');
    }
    expect(await findWorkspace({ WORKSPACE: at('job') }, at('job@2'), true)).toEqual({
      current: at('job@2'),
      boundary: at('job@2'),
    });
  });

  test('dir() is refused if a pull request has made the folder a link', async () => {
    const at = makePlace();
    for (const folder of ['out', 'out/secrets', 'sibling/services'])
      await expect(findWorkspace({ WORKSPACE: at('job') }, at('job', folder), true)).rejects.toMatchObject({
        category: 'usage',
        message: expect.stringMatching(/^the current folder .* leads out of the workspace .* is a symlink to/),
      });
  });
});

describe('a person', () => {
  test('may name any folder, but a link in the current folder may not lead out of it', async () => {
    const at = makePlace();
    const person = await findWorkspace({}, at('job'), false);
    expect(person).toEqual({ current: at('job'), boundary: undefined });
    for (const [typed, place] of [
      [at('home'), at('home')],
      [at('alias'), at('job')],
      ['..', at()],
      ['../home/secrets', at('home', 'secrets')],
      ['services', at('job', 'services')],
    ] as const)
      expect(await resolveInWorkspace(person, 'context', typed)).toBe(place.replace(/\/$/, ''));
    for (const typed of ['out', './out/secrets', 'sly', at('job', 'out')])
      await expect(resolveInWorkspace(person, 'context', typed)).rejects.toThrow('is a symlink to');
  });
});

test('names are escaped in messages', async () => {
  const at = makePlace();
  symlinkSync(at('home'), at('job', 'x\u202e\x1b[2J'));
  const workspace = await findWorkspace({ WORKSPACE: at('job') }, at('job'), true);
  await expect(resolveInWorkspace(workspace, 'context', 'x\u202e\x1b[2J')).rejects.toThrow(/^the context x leads out/);
});
