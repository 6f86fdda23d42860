/* What must hold for every reader, whatever it is given. What does not ends the program, so that
 * libFuzzer keeps the input. */
#ifndef LIMEN_FUZZ_JUDGE_H
#define LIMEN_FUZZ_JUDGE_H

#include <stdbool.h>

#include "base/error.h"

/* Ends the program with the words when `holds` is false. */
void fuzz_expect(bool holds, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A reader that is given a file refuses it or reads it: its status is LIMEN_OK or `refusal`, and of
 * a refusal the error says the same status and why, in UTF-8 without control characters, as it is
 * shown on terminals. */
void fuzz_judge(int status, int refusal, const struct limen_error *error);

#endif
