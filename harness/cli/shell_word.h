/* Words of a command line that a report shows for copying into a shell. */
#ifndef LIMEN_CLI_SHELL_WORD_H
#define LIMEN_CLI_SHELL_WORD_H

#include "base/text.h"

/* Appends a blank and `word`, in single quotes when a shell would read it as anything but itself.
 */
void limen_shell_word(struct limen_text *out, const char *word);

#endif
