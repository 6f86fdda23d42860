/* The default parameters of systems that search with HNSW. */
#ifndef LIMEN_KINDS_RECALL_REPORT_VENDORS_H
#define LIMEN_KINDS_RECALL_REPORT_VENDORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct recall_vendor {
  const char *name;
  int64_t M, ef_construction;
  /* ef of a search for k: `ef`, or with a factor, factor k within [ef, ef_most]. */
  int64_t ef, factor, ef_most;
  const char *library; /* the engine that is this system's own, or NULL */
  const char *source;
  int year; /* of the source: defaults change */
};

extern const struct recall_vendor recall_vendors[]; /* ends with a NULL name */

int64_t recall_vendor_ef(const struct recall_vendor *vendor, int64_t k);

#endif
