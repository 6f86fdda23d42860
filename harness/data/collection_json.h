/* For the readers of collections: one JSON object a line, under the names that the field uses. */
#ifndef LIMEN_DATA_COLLECTION_JSON_H
#define LIMEN_DATA_COLLECTION_JSON_H

#include <jansson.h>
#include <stdint.h>

#include "data/lines.h"

/* The object on the last line, released by json_decref. LIMEN_INPUT says what is wrong with it and
 * at which column; keys that stand twice are refused. */
int limen_json_line(const struct limen_lines *lines, json_t **out, struct limen_error *error);

/* Each of these looks for the first of `names` (ends with NULL) that the object has. LIMEN_INPUT
 * lists the names, and the keys that there are, when it has none. */

/* A text, or a whole number as its digits; in `room` when it is one, else the object's own. */
enum { LIMEN_JSON_ROOM = 24 };
int limen_json_id(const json_t *object, const char *const *names, char *room, const char **out,
                  struct limen_error *error);
int limen_json_text(const json_t *object, const char *const *names, const char **out,
                    struct limen_error *error);
/* "" where there is none, or null. */
int limen_json_text_or_none(const json_t *object, const char *const *names, const char **out,
                            struct limen_error *error);
int limen_json_number(const json_t *object, const char *const *names, double *out,
                      struct limen_error *error);

#endif
