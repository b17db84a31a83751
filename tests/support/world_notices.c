/* world_notices.c - for programs that link the real parts: the world empties it, nobody looks. */
#include "core/base.h"

#include "tests/support/record_world.h"

struct world_notices world_notices;
