#include "limits/schedule.h"

const struct limen_schedule limen_schedule_constant = {
    .name = "constant",
    .about = "the temperature is tau at every step",
};
