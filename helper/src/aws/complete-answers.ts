import { HttpRequest, HttpResponse } from '@smithy/core/protocols';
import type { DeserializeMiddleware, MetadataBearer, MiddlewareStack } from '@smithy/types';

interface Client<Input extends object, Output extends MetadataBearer> {
  middlewareStack: MiddlewareStack<Input, Output>;
}

/** Requests to ECS, ECR and S3 whose good answer is a document, be it `{}`. */
const asksForDocument = (request: unknown): boolean =>
  HttpRequest.isInstance(request) && (request.method === 'POST' || 'x-amz-copy-source' in request.headers);

/**
 * Has a good answer without a body count as one that was cut off. The SDK reads it as an answer that says nothing: a
 * service that is there would be one that is not.
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
    if (isEmpty && response.statusCode === 200 && asksForDocument(args.request)) {
      throw Object.assign(new SyntaxError('the answer has no body'), { $metadata: { httpStatusCode: 200 } });
    }
    return result;
  };
  client.middlewareStack.add(middleware, { step: 'deserialize', priority: 'low', name: 'wholeAnswers' });
  return client;
}
