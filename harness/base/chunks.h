/* Numbered pieces of work, shared out among the OpenMP team that the caller runs in.
 *
 * A caller inside a task of a running team gets help from its idle members; anywhere else, and for
 * one worker, the chunks simply run in order. Which thread runs which chunk is open, so a chunk
 * writes only what is its own, and the caller adds things up in the order of the chunks. */
#ifndef LIMEN_BASE_CHUNKS_H
#define LIMEN_BASE_CHUNKS_H

#include <stddef.h>

enum { LIMEN_WORKERS_MAX = 64 /* threads that one job can use */ };

/* Runs work(context, chunk, worker) once for every chunk < chunks. At any time a worker number <
 * workers <= LIMEN_WORKERS_MAX is in use by one thread only: it tells whose scratch memory to take.
 */
void limen_chunks_run(size_t chunks, size_t workers,
                      void (*work)(void *context, size_t chunk, size_t worker), void *context);

#endif
