/* What `limen generate` does for vectors and for texts alike. */
#ifndef LIMEN_CLI_GENERATE_H
#define LIMEN_CLI_GENERATE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "cli/session.h"

/* Writes one file of the folder. */
int limen_generate_write(const char *folder, const char *name, const char *text, size_t length,
                         struct limen_error *error);

/* Every value that the data was made from, as a definition would write it. */
json_t *limen_generate_parameters(const struct limen_parameter *parameters,
                                  const struct limen_grid *grid);

/* Removes the files that a dataset of the other kind, or one with labels, may have left: they would
 * be taken for parts of this one. `texts`: this one is a text collection. */
int limen_generate_sweep(const char *folder, bool texts, struct limen_error *error);

/* Makes a text collection and writes its files. */
int limen_generate_text(const struct limen_text_dataset *dataset, const char *folder,
                        const struct limen_texts *sets, uint64_t seed, struct limen_error *error);

#endif
