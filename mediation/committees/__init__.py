"""The committees that share a deployment, their reference data and number sequences."""
