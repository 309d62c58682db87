/** The public API, every name listed. */

export type { Completed, CompleteOptions, Streamed } from './complete.ts';
export { loadExamples } from './config/examples.ts';
export { loadProject, type ProjectOptions } from './config/project.ts';
export type { ClassifierName, RouterOptions } from './config/schema.ts';
export type { Alert } from './core/alert.ts';
export type { ChatChunk, ChatCompletion } from './core/completion.ts';
export type { Classifier, Clock, Embedded, Embedder, Provider, ProviderAnswer, ProviderCall, Recorder, Timers } from './core/contracts.ts';
export type {
  Candidate,
  Chosen,
  Decision,
  Estimate,
  Explanation,
  Refused,
  Route,
  RouteOverrides,
  Skip,
  SkipReason,
} from './core/decision.ts';
export { type DefaultTaxonomy, defaultTaxonomy, type Level } from './core/default-taxonomy.ts';
export type { DriftReference } from './core/drift.ts';
export { ERROR_EXIT_CODES, type ErrorCode, isRouterError, RouterError } from './core/errors.ts';
export type { Facts } from './core/facts.ts';
export {
  type AxisLabel,
  axisLabel,
  type Classification,
  type Label,
  type LabelSource,
  localSource,
  type Prediction,
  predictionOf,
  type TokenUsage,
  type UnsureReason,
  unsureLabel,
} from './core/label.ts';
export type { Abilities, CatalogueModel, Price } from './core/models.ts';
export type { Attempt, Outcome } from './core/outcome.ts';
export type { ObjectiveName, PolicyInput } from './core/policy.ts';
export type { Feedback, RouteRecord } from './core/record.ts';
export type { ContentPart, Message, RouteInput, RouteRequest, Tool, ToolCall } from './core/request.ts';
export type { Reservation, Spend, SpendScope, State } from './core/state.ts';
export { type AxisDefinition, defineTaxonomy, type Examples, type Taxonomy } from './core/taxonomy.ts';
export { type View, viewOf } from './core/view.ts';
export { type EmbedderOptions, openaiEmbedder } from './providers/embeddings.ts';
export { type FakeAnswer, type FakeOptions, fakeProvider } from './providers/fake.ts';
export { openaiProvider } from './providers/openai.ts';
export type { OpenAIProviderOptions } from './providers/openai-options.ts';
export { type Cassette, recordingProvider, replayProvider } from './providers/replay.ts';
export { jsonlRecorder, readRecords } from './record/jsonl.ts';
export { type MemoryRecorder, memoryRecorder } from './record/memory.ts';
export { type OutcomeTable, outcomesOf } from './record/outcomes.ts';
export type { Stats } from './record/stats.ts';
export { classifyAndRoute, createRouter, type Router, routed } from './router.ts';
export type { BatchOptions, BatchResult } from './run/batch.ts';
export type { Conversation, ConversationOptions, ConversationStats } from './run/conversation.ts';
export { memoryState } from './state/memory.ts';
export { redisState, type SharedOptions } from './state/shared.ts';
