-- Open sessions by their service: a service that has as many as it may turns the next one away.
CREATE INDEX session_service ON session (tenant, service) WHERE phase <> 'ended';
