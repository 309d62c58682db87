import { settledBy } from '../core/abort.ts';
import { abortError } from './abort.ts';

type Flight<V> = { landing: Promise<V>; controller: AbortController; waiting: number; taken: boolean };

/** What a caller gets; `leads` is true for exactly one of those who get it, on whose account the call goes. */
export type Landed<V> = { value: V; leads: boolean };

/**
 * Joins calls of the same key that run at once into one. The work is aborted only when every caller has gone.
 *
 * @returns a function that starts `work`, or waits for the one already under way
 */
export function singleFlight<V>() {
  const flights = new Map<string, Flight<V>>();
  const start = (key: string, work: (signal: AbortSignal) => Promise<V>): Flight<V> => {
    const controller = new AbortController();
    const flight: Flight<V> = { landing: work(controller.signal), controller, waiting: 0, taken: false };
    const leave = () => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    flight.landing.then(leave, leave);
    flights.set(key, flight);
    return flight;
  };
  return async (key: string, signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<V>): Promise<Landed<V>> => {
    const flight = flights.get(key) ?? start(key, work);
    flight.waiting += 1;
    try {
      const value = await (signal === undefined ? flight.landing : settledBy(flight.landing, signal));
      const leads = !flight.taken;
      flight.taken = true;
      return { value, leads };
    } catch (error) {
      throw signal?.aborted && error === signal.reason ? abortError(signal.reason) : error;
    } finally {
      flight.waiting -= 1;
      if (flight.waiting === 0) {
        if (flights.get(key) === flight) flights.delete(key);
        flight.controller.abort();
      }
    }
  };
}
