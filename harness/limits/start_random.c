#include "limits/start.h"

const struct limen_start limen_start_random = {
    .name = "random",
    .about = "documents and queries N(0, 1), scaled to unit length",
};
