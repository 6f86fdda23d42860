/* YAML as a stream of checked events, one at a time.
 *
 * Definitions are shallow, so no tree is built: libyaml's parser hands over one event after the
 * other and the reader knows what may come next. That refuses a deep document at its third level
 * and an alias where it stands; there is nothing that an alias cycle could send round in circles.
 */
#ifndef LIMEN_DEFINITION_EVENTS_H
#define LIMEN_DEFINITION_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

#include "base/error.h"
#include "definition/definition.h"

struct limen_events {
  yaml_parser_t parser;
  yaml_event_t event; /* the current one; all zero before the first */
  struct limen_place place;
  const char *text; /* not owned, must outlive */
  size_t length;
  bool started;
};

/* `path` and `text` must outlive the events. A byte order mark is skipped. */
int limen_events_init(struct limen_events *events, const char *path, const char *text,
                      size_t length, struct limen_error *error);

/* Steps to the next event and its place. LIMEN_USAGE with the place for what libyaml refuses, for
 * anchors, aliases, tags, and scalars that hold control characters other than white space. `error`
 * is not NULL. */
int limen_events_next(struct limen_events *events, struct limen_error *error);

/* The current scalar: its text, without NUL bytes inside; whether it stands for "no value". */
const char *limen_events_text(const struct limen_events *events);
bool limen_events_null(const struct limen_events *events);

void limen_events_clear(struct limen_events *events);

#endif
