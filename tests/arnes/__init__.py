"""The hostile harness: what the tests run on, and what makes them fail where production would only whisper."""
