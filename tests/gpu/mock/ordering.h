// What comes before what on a GPU, where nothing else says so: barriers, and counting with fences around it.
//
// A thread sees what another one wrote if that one's block, or its warp, waited in between, or if its writes were
// released and this thread acquired them: a fence and then an atomic operation there, an atomic operation on the same
// address and then a fence here, with a wait between the writer and the one, or the other and the reader, where these
// are not the same threads.
#pragma once

#include <stdint.h>

namespace mock {

// Moves on with all that orders something; never zero. When the current block began, or waited for all of its threads.
extern uint64_t now, last_wait;

// How many grids began, and one; the current block, counted along the grid.
extern uint64_t grids;
extern uint32_t current_block;

void begin_grid();
void begin_block(unsigned threads);

// The block, or the warp of the current thread, has waited for all of its threads.
void block_waited();
void warp_waited();

// By the current thread.
void fence();
uint32_t increment(uint32_t* at, uint32_t most);

// Whether what a thread of a block did at that time is seen by the current thread.
bool is_seen(uint32_t block, uint32_t thread, uint64_t time);

}  // namespace mock
