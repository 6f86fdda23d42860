/* Finding definitions: those that come with the program, and the user's own. */
#ifndef LIMEN_CLI_SHIPPED_H
#define LIMEN_CLI_SHIPPED_H

#include "base/error.h"

/* The path of a definition: WORD itself when it names a file (it ends with .yml or .yaml or holds a
 * slash), else NAME.yml in one of the folders of experiments: ./experiments first, then the one
 * beside the program's own folder. LIMEN_USAGE lists the names there are. Released by limen_free.
 */
int limen_shipped_find(const char *word, char **path, struct limen_error *error);

/* Calls `visit` with the path of every definition in those folders, sorted within each; of two with
 * one name only the first, which is the one that limen_shipped_find finds. */
int limen_shipped_each(int (*visit)(void *context, const char *path, struct limen_error *error),
                       void *context, struct limen_error *error);

#endif
