import { HttpRequest, HttpResponse } from '@smithy/core/protocols';
import type { DeserializeMiddleware, MetadataBearer, MiddlewareStack } from '@smithy/types';

interface Client<Input extends object, Output extends MetadataBearer> {
  middlewareStack: MiddlewareStack<Input, Output>;
}

/** True for a request whose good answer always has a body, if only `{}`. */
const expectsBody = (request: unknown): boolean =>
  HttpRequest.isInstance(request) && (request.method === 'POST' || 'x-amz-copy-source' in request.headers);

/**
 * Treats a good answer without a body as one that was cut off. The SDK would take it for an empty answer, and so an
 * existing service for a missing one.
 */
export function withCompleteAnswers<
  Input extends object,
  Output extends MetadataBearer,
  C extends Client<Input, Output>,
>(client: C & Client<Input, Output>): C {
  const middleware: DeserializeMiddleware<Input, Output> = (next) => async (args) => {
    const result = await next(args);
    const { response } = result;
    const isEmpty = HttpResponse.isInstance(response) && response.headers['content-length'] === '0';
    if (isEmpty && response.statusCode === 200 && expectsBody(args.request)) {
      throw Object.assign(new SyntaxError('the answer has no body'), { $metadata: { httpStatusCode: 200 } });
    }
    return result;
  };
  client.middlewareStack.add(middleware, { step: 'deserialize', priority: 'low', name: 'completeAnswers' });
  return client;
}
