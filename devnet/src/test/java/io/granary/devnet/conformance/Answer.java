package io.granary.devnet.conformance;

import com.fasterxml.jackson.databind.JsonNode;

/** What the devnet answered to the request of a recording. */
record Answer(int httpStatus, JsonNode body) {}
