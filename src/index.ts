/** The public API, every name listed. */
export type { ClassifierName, RouterOptions } from './config/schema.ts';
export type { Classifier, Clock, Recorder } from './core/contracts.ts';
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
export type { ObjectiveName, PolicyInput } from './core/policy.ts';
export type { RouteRecord } from './core/record.ts';
export type { ContentPart, Message, RouteInput, RouteRequest, Tool, ToolCall } from './core/request.ts';
export { type AxisDefinition, defineTaxonomy, type Taxonomy } from './core/taxonomy.ts';
export { type View, viewOf } from './core/view.ts';
export { classifyAndRoute, createRouter, type Router } from './router.ts';
