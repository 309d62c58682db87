import type { EndpointOptions } from './endpoint.ts';
import type { StreamLimits } from './sse.ts';

export type OpenAIProviderOptions = EndpointOptions & {
  /** Whether the endpoint understands `stream_options.include_usage`, so that streamed answers can be priced. @default true */
  streamUsage?: boolean;
  streamLimits?: StreamLimits;
};
