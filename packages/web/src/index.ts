export { createApi } from './api/create-api.ts';
export type { Api, ApiOptions, Route } from './api/create-api.ts';
export type { Logger } from './api/request-log.ts';
export type { Connection } from './api/transport.ts';
export { problemCodes } from './api/problem-codes.ts';
export type { ProblemCode } from './api/problem-codes.ts';
export { openApiDocument } from './openapi.ts';
