// Differences between policies in the API's form, with the privacy threshold.
#ifndef COMITY_SERVICE_APP_POLICY_DIFFERENCE_VIEW_H_
#define COMITY_SERVICE_APP_POLICY_DIFFERENCE_VIEW_H_

#include "comity/v1/deed.pb.h"
#include "service/app/names.h"
#include "service/app/policy_compare.h"

namespace comity::app {

// How many people these are; 0 if fewer than may be told.
int32_t ToldPeople(const std::set<domain::PersonUid>& people);
v1::PolicyDifference ToDifference(const domain::DifferenceCounts& counts, int32_t people);
v1::PolicyDifference ToDifference(const PolicyComparison::Row& row);
// Most changes first, then by name.
void AddRows(const PolicyComparison& comparison, const Names& names, v1::ComparePolicyResponse& response);

}  // namespace comity::app

#endif  // COMITY_SERVICE_APP_POLICY_DIFFERENCE_VIEW_H_
