/* The parameters of a harmonic frame as the construction "harmonic" reads them. */
#ifndef LIMEN_LIMITS_CONSTRUCTION_HARMONIC_H
#define LIMEN_LIMITS_CONSTRUCTION_HARMONIC_H

#include "limits/construction.h"

/* Released by json_decref; NULL without memory. */
json_t *limen_harmonic_parameters(uint64_t n, size_t count, const uint64_t *frequency,
                                  const char *format);

#endif
