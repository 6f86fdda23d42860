/* Short words for tables of parameters: {.name = "k", .about = "...", AXIS, COUNT("10", 1, 100)}.
 */
#ifndef LIMEN_KINDS_PARAMETER_WORDS_H
#define LIMEN_KINDS_PARAMETER_WORDS_H

#include "definition/parameter.h"

#define AXIS .role = LIMEN_AXIS
#define SETTING .role = LIMEN_SETTING
#define PLANNING .role = LIMEN_PLANNING
#define COUNT(FALLBACK, MIN, MAX) \
  .type = LIMEN_INTEGER, .fallback = FALLBACK, .min = MIN, .max = MAX
#define NUMBER(FALLBACK, MIN, MAX) .type = LIMEN_REAL, .fallback = FALLBACK, .min = MIN, .max = MAX
#define SWITCH SETTING, COUNT("0", 0, 1)
#define FILE_OF_USER .type = LIMEN_PATH, SETTING, .fallback = ""

#endif
