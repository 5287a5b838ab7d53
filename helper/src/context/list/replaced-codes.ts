/**
 * Codes of file system errors that mean: something else lies where an entry of the context was. The lists differ because
 * different calls fail. While the context is listed, folders are opened and symlinks are read. While it is sent, files are opened.
 */

/** For folders and symlinks: EINVAL comes from reading a symlink that is none any more. */
export const REPLACED_WHILE_LISTED = ['ENOTDIR', 'ELOOP', 'EINVAL'];

/** For files: EISDIR comes from reading a folder, ENXIO from opening a socket. */
export const REPLACED_WHILE_SENT = ['ELOOP', 'EISDIR', 'ENXIO', 'ENOTDIR'];
