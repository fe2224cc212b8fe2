// Erasing somebody: at once what names them, then, in a job, wherever else a word of theirs is found.
#ifndef COMITY_SERVICE_APP_ERASURE_H_
#define COMITY_SERVICE_APP_ERASURE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "comity/v1/privacy.pb.h"
#include "service/app/context.h"

namespace comity::app {

// Deletes the person's rows and keeps their random uid with memberships, so that everything is judged as before; appends one ledger entry
// that says somebody was erased; makes the job. For somebody who was erased already: what that did. `id` is their id in the directory.
// Errors: NOT_FOUND (PERSON_NOT_FOUND).
absl::StatusOr<v1::Erasure> ErasePerson(Context& context, const std::string& id);

// One part of the way through everything kept, for all erasures that wait at once: however many were asked for, the store is read through
// once. What it did is durable with its place, so that a restart goes on there. Ends the jobs when nothing is left to do.
absl::Status SweepErasures(store::Store& store, Writer& writer, Snapshots& snapshots, absl::Time now);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_ERASURE_H_
