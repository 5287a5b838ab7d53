import { action } from '../../action.ts';
import { AwsError } from '../../errors.ts';

export const DeleteFileSystem = action('efs', 'DeleteFileSystem', (input, { efs }) => {
  const id = input.need('FileSystemId');
  if (!efs.fileSystems.delete(id)) {
    throw new AwsError('FileSystemNotFound', `File system '${id}' does not exist.`, 404);
  }
  return {};
});
